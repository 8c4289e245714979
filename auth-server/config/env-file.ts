import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Loads `.env.local` from the working directory, else from the repository's root. Real environment variables win.
 */
export function loadEnvFile(): void {
  const places = [process.cwd(), resolve(import.meta.dirname, '../..')]
  const file = places.map((place) => join(place, '.env.local')).find((path) => existsSync(path))
  if (file === undefined) return
  try {
    process.loadEnvFile(file)
  } catch (error) {
    // The start goes on, and ends with a line for each variable that is missing now.
    console.error(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}
