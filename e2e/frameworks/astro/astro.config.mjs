import node from '@astrojs/node'
import { defineConfig } from 'astro/config'

export default defineConfig({
  output: 'server',
  outDir: './.out',
  adapter: node({ mode: 'standalone' }),
  devToolbar: { enabled: false },
  // The gateway checks where a request comes from, for every method and kind of body.
  security: { checkOrigin: false },
})
