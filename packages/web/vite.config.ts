// How the dashboard is built: hashed assets for the server to keep for ever, heavy parts in chunks of their own.
import { readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { routes } from '../core/src/index.ts'

const ROUTES = 'virtual:tutti-routes'
const RESOLVED = `\0${ROUTES}`

// The table is read while building, so that no schema travels to a browser.
const tuttiRoutes: Plugin = {
  name: 'tutti-routes',
  resolveId: (id) => (id === ROUTES ? RESOLVED : undefined),
  load: (id) => (id === RESOLVED ? `export const routes = ${JSON.stringify(routes())}` : undefined),
}

const FILES = '__TUTTI_FILES__'

// What the service worker keeps: a screen that was never opened must open while the daemon is away, too.
const fileList: Plugin = {
  name: 'tutti-file-list',
  generateBundle(_options, bundle) {
    const files = Object.keys(bundle).filter((name) => name.startsWith('assets/'))
    const worker = bundle['service-worker.js']
    if (worker?.type === 'chunk')
      worker.code = worker.code.replace(FILES, JSON.stringify(files.map((name) => `/${name}`)))
  },
}

// The picture of the tab travels in the page: it is smaller than what asking for it would cost.
const tabPicture: Plugin = {
  name: 'tutti-tab-picture',
  apply: 'build',
  transformIndexHtml(html) {
    const picture = readFileSync(new URL('public/icon.svg', import.meta.url), 'utf8')
    return html.replace('href="/icon.svg"', `href="data:image/svg+xml,${encodeURIComponent(picture)}"`)
  },
}

// React, the client, our own primitives and the frame; a screen that is loaded late brings only itself.
const SHELL =
  /rolldown|node_modules[\\/](react|react-dom|scheduler|zustand|wouter|regexparam|use-sync-external-store|@tanstack)[\\/]|packages[\\/](client|core|protocol)[\\/]|web[\\/]src[\\/](ui[\\/](?!menu-layer|menu\.module)|data[\\/](?!room-events)|words[\\/](?:words|en)\.ts|words[\\/]en[\\/](?:agents|common|screens|terminal)\.ts|shell[\\/](?!sound|more-screen)|agents[\\/](?!away|welcome|agent-details|details-draft|avatar-field|env-fields|fingerprint|ask-dialogs|trust-field|isolation-field|egress-hosts)|attention[\\/](?:queue|mute|need-count|why-store)|keys[\\/](?!key-sheet)|app\.tsx|lazy-screen)|class-names/

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tuttiRoutes, fileList, tabPicture],
  build: {
    outDir: '../../dist/release/web',
    emptyOutDir: true,
    // What the tokens need (light-dark(), nesting, popover): Chrome 123, Safari 17.5, Firefox 125.
    target: ['chrome123', 'safari17.5', 'firefox125'],
    modulePreload: { polyfill: false },
    // Fonts and pictures stay files: the content policy allows no data: address but for images.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: 'index.html', 'service-worker': 'src/service-worker.ts' },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        // What every screen needs is one file: a first load is a handful of requests.
        codeSplitting: {
          groups: [
            {
              name: 'xterm',
              test: /@xterm[\\/](xterm|addon-unicode11)|src[\\/]terminal[\\/](mono|csp-styles|silence|term-theme)/,
            },
            { name: 'shell', test: SHELL },
            // They come when a card is opened, side by side.
            { name: 'lib0', test: /node_modules[\\/](?:lib0|isomorphic\.js)[\\/]/ },
            { name: 'yjs', test: /node_modules[\\/]yjs[\\/]/ },
            // Those that the frame uses go with it; all others are one file, and not one each.
            { name: 'icons', test: /lucide-react/ },
          ],
        },
      },
    },
  },
})
