import { fileURLToPath } from 'node:url'

/** @type {import('next').NextConfig} */
export default {
  // Its packages are the repository's and the benchmark's.
  turbopack: { root: fileURLToPath(new URL('../../..', import.meta.url)) },
  typescript: { ignoreBuildErrors: true },
  logging: false,
}
