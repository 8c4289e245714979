import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder of the app. `next build apps/shop` has another working directory, and so do Next's own processes, which are not
 * told of it: the call comes from next.config, wherever that lies.
 *
 * @param stack of the call of `withGateway()`.
 */
export function projectRoot(stack = '', workingDirectory = process.cwd()): string {
  const [, place = ''] =
    /(?:\bat (?:async )?|\()((?:file:\/\/)?[^()\n]*next\.config\.[\w.]+):\d+/.exec(stack) ?? []
  const file = place.startsWith('file:') ? fileURLToPath(place) : place
  const folder = dirname(file)
  return file !== '' && existsSync(folder) ? folder : workingDirectory
}
