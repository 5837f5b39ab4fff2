export type Language = 'zh' | 'en'

/** The language a file is written in: the page's, which its requests name. */
export const languageOf = (headers: Headers): Language =>
  headers.get('accept-language')?.startsWith('en') ? 'en' : 'zh'
