import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter({ out: '.out' }),
      // The gateway checks where a request comes from, for every method and kind of body.
      csrf: { trustedOrigins: ['*'] },
    }),
  ],
  logLevel: 'warn',
})
