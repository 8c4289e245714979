import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Loads `.env.local` from the working directory, else from the repository's root. Real environment variables win.
 *
 * @returns the file that was loaded
 */
export function loadEnvFile(): string | undefined {
  const places = [process.cwd(), resolve(import.meta.dirname, '..')]
  const file = places.map((place) => join(place, '.env.local')).find(existsSync)
  if (file) process.loadEnvFile(file)
  return file
}
