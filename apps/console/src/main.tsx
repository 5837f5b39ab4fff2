import { createRoot } from 'react-dom/client'
import { Console } from './app/app.tsx'

// Older browsers only: native Temporal saves the others 20 kB gz. Nothing above uses Temporal while loading.
if (!('Temporal' in globalThis)) await import('temporal-polyfill/global')
const root = document.getElementById('root')
if (!root) throw new Error('index.html lost its #root')
createRoot(root).render(<Console />)
