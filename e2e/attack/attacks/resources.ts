import { connect } from 'node:net'
import { signInAtAuthServer } from '../../support/client.ts'
import type { Attack } from '../attack.ts'
import { holds } from '../attack.ts'
import { cpuMs, residentMegabytes } from '../measure.ts'
import { cookiesOf, PAGE, send } from '../target.ts'

const MEGABYTE = 1024 * 1024

export const resourceAttacks: readonly Attack[] = [
  {
    name: 'a long path that is hard to decode costs much CPU',
    kind: 'CWE-407',
    alone: true,
    async run(target) {
      const cost = async (path: string) => {
        const before = cpuMs(target.appPid)
        for (let i = 0; i < 30; i += 1) await send(target, path, { headers: PAGE })
        return cpuMs(target.appPid) - before
      }
      await cost('/plain')
      const plain = Math.max(await cost(`/${'a'.repeat(2000)}`), 20)
      for (const piece of ['%ffa', '%25', '%2f', '/..', '.segments/', '%252e', '//'])
        for (const length of [2000, 14_000]) {
          const hard = await cost(`/${piece.repeat(length / piece.length)}`)
          holds(
            hard < plain * 6 + 100,
            `30 paths of ${length} bytes of ${piece} cost ${hard} ms, plain ones ${plain}`,
          )
        }
    },
  },
  {
    name: 'a path of more than 2,048 bytes reaches the app',
    kind: 'CWE-1284',
    async run(target) {
      const cookie = cookiesOf(target, await signInAtAuthServer(target.stack))
      const { status } = await send(target, `/${'a'.repeat(3000)}`, { headers: { ...PAGE, cookie } })
      holds(status >= 300 && status < 500 && status !== 404, `answered ${status}`)
    },
  },
  {
    name: 'ten anonymous posts of 100 MB fill the memory',
    kind: 'CWE-770',
    alone: true,
    async run(target) {
      const before = residentMegabytes(target.appPid)
      let highest = before
      const timer = setInterval(() => {
        highest = Math.max(highest, residentMegabytes(target.appPid))
      }, 50)
      const body = Buffer.alloc(100 * MEGABYTE)
      await Promise.all(
        Array.from({ length: 10 }, () =>
          send(target, '/api/backend/notes', {
            method: 'POST',
            body,
            headers: { 'content-type': 'application/octet-stream' },
          }).catch(() => {}),
        ),
      )
      clearInterval(timer)
      holds(highest - before < 400, `the process grew by ${(highest - before).toFixed(0)} MB`)
    },
  },
  {
    name: 'a request to the auth server that is never finished stays open',
    kind: 'CWE-400',
    alone: true,
    async run(target) {
      const { hostname, port } = new URL(target.stack.auth.url)
      const began = Date.now()
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.resume()
      socket.write(
        'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
      )
      await new Promise((resolve) => {
        socket.once('close', resolve)
        setTimeout(resolve, 40_000).unref()
      })
      const seconds = (Date.now() - began) / 1000
      socket.destroy()
      holds(seconds < 35, `it was open for ${seconds.toFixed(0)} s`)
    },
  },
]
