import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** The Python that has Debian's package; others on the path have not. */
const PYTHON = '/usr/bin/python3'

/** Why there is no SimpleJWT on this machine; undefined when there is. */
export function whyNoSimpleJwt(): string | undefined {
  const { status } = spawnSync(PYTHON, ['-c', 'import rest_framework_simplejwt'])
  return status === 0 ? undefined : 'no python3-djangorestframework-simplejwt'
}

/** Django REST framework with SimpleJWT, rotation and blacklist. */
export async function startSimpleJwt() {
  const child = spawn(PYTHON, [join(import.meta.dirname, 'simple-jwt.py')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [''])])
  if (!String(line).trim()) throw new Error(`SimpleJWT did not start:\n${errors}`)
  return {
    url: `http://127.0.0.1:${String(line).trim()}`,
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}
