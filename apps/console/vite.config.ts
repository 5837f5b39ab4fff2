import { contract } from '@changhui/contract/contract'
import { minifyContractRouter } from '@orpc/contract'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const routesModule = 'virtual:routes'

/** The contract without its schemas: the page needs methods and paths only, and is spared the validator (60 kB gz). */
function contractRoutes(): Plugin {
  const strip = (key: string, value: unknown) =>
    key === 'meta' ? {} : key === 'summary' || key === 'tags' ? undefined : value
  return {
    name: 'changhui:routes',
    resolveId: (id) => (id === routesModule ? `\0${routesModule}` : undefined),
    load: (id) =>
      id === `\0${routesModule}`
        ? `export default ${JSON.stringify(minifyContractRouter(contract), strip)}`
        : undefined,
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), contractRoutes()],
  build: { target: 'es2023', outDir: 'dist', emptyOutDir: true, manifest: true, modulePreload: { polyfill: false } },
  server: {
    host: '127.0.0.1',
    port: 5173, // The server compares Origin with Host: the browser's own Host must reach it.
    proxy: { '/api': { target: process.env.CHANGHUI_API ?? 'http://127.0.0.1:3000', changeOrigin: false } },
  },
})
