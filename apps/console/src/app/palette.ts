/** The product's own colours: pine green on warm-neutral paper. Text colours hold 4.5:1 on `page` and `surface`. */
export const palettes = {
  light: {
    page: '#f5f6f4',
    surface: '#ffffff',
    sunken: '#eef1ee',
    border: '#e2e6e2',
    'border-strong': '#c9d0cb',
    text: '#1a201d',
    'text-2': '#4f5a54',
    'text-3': '#646f69',
    primary: '#0b6e60',
    'primary-soft': '#e2f0ed',
    'on-primary': '#ffffff',
    success: '#2c7440',
    'success-soft': '#e6f3e8',
    warning: '#8f5b00',
    'warning-soft': '#fbf1dc',
    danger: '#b3372b',
    'danger-soft': '#fbe9e6',
    info: '#2d5d8c',
    'info-soft': '#e6eef6',
    shadow: 'rgba(22, 32, 28, 0.12)',
  },
  dark: {
    page: '#101412',
    surface: '#171d1a',
    sunken: '#1f2623',
    border: '#2a332f',
    'border-strong': '#46524c',
    text: '#e5eae7',
    'text-2': '#adb8b2',
    'text-3': '#8f9b95',
    primary: '#5cc3b0',
    'primary-soft': '#173630',
    'on-primary': '#06231e',
    success: '#7cc98d',
    'success-soft': '#17301d',
    warning: '#e0ae56',
    'warning-soft': '#352810',
    danger: '#f0877b',
    'danger-soft': '#3b1d19',
    info: '#86b6e2',
    'info-soft': '#182a3b',
    shadow: 'rgba(0, 0, 0, 0.5)',
  },
} as const
export type Shade = keyof typeof palettes
export type ColourName = keyof (typeof palettes)['light']

/** A colour for style sheets and inline styles; follows light and dark by itself. */
export const colour = (name: ColourName) => `var(--ch-${name})`
