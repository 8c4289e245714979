import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from '../../scripts/testing/free-port.ts'
import { nginxConfiguration } from './nginx-configuration.ts'
import type { Running } from './processes.ts'
import { untilReady } from './processes.ts'

/** A program of this machine. */
export function findOnPath(program: 'certutil' | 'jq' | 'nginx' | 'openssl'): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file))
}

/**
 * Starts nginx as the cache of everybody in front of `target`. It keeps whatever `Cache-Control` does not forbid: answers that
 * say nothing for an hour, also those with a `Set-Cookie`, and one for all visitors, whatever `Vary` says. `x-cache` tells.
 *
 * @throws when there is no nginx.
 */
export async function startSharedCache(target: string): Promise<Running> {
  const nginx = findOnPath('nginx')
  if (!nginx) throw new Error('there is no nginx on the path: apt-get install nginx-light')
  const folder = await mkdtemp(join(tmpdir(), 'evergate-nginx-'))
  const port = await freePort()
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, new URL(target)))
  const child = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'])
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const url = `http://localhost:${port}`
  const running = await untilReady({ child, output: () => output }, url, `${url}/icon.svg?ready`)
  return {
    ...running,
    async stop(signal) {
      const code = await running.stop(signal)
      await rm(folder, { recursive: true, force: true })
      return code
    },
  }
}

function configuration(folder: string, port: number, target: URL): string {
  return nginxConfiguration(
    folder,
    `proxy_cache_path ${folder}/cache keys_zone=shared:1m;
  large_client_header_buffers 4 32k;
  server {
    listen ${port};
    location / {
      proxy_pass http://localhost:${target.port};
      proxy_set_header Host $http_host;
      proxy_buffer_size 32k;
      proxy_buffers 8 32k;
      proxy_cache shared;
      proxy_cache_key $request_method$request_uri$http_rsc;
      proxy_cache_valid any 1h;
      proxy_ignore_headers Set-Cookie Vary;
      add_header x-cache $upstream_cache_status always;
    }
  }`,
  )
}
