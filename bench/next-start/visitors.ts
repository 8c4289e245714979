import { Agent, get } from 'node:http'
import { CONNECTIONS } from './load.ts'
import type { Server } from './servers.ts'

/** Visitors of one server, on connections that stay open from one turn to the next. */
export type Visitors = {
  /** Asks for the page so many times; answers how many times a second. autocannon ends at whole seconds alone. */
  visit(times: number): Promise<number>
  close(): void
}

export function openVisitors(server: Server): Visitors {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  return {
    async visit(times) {
      const began = performance.now()
      let left = times
      const one = async () => {
        while (left-- > 0) await ask(server, agent)
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, one))
      return (times * 1000) / (performance.now() - began)
    },
    close: () => agent.destroy(),
  }
}

function ask({ origin, cookie, label }: Server, agent: Agent): Promise<void> {
  const headers = {
    accept: 'text/html',
    'sec-fetch-site': 'same-origin',
    ...(cookie === '' ? {} : { cookie }),
  }
  return new Promise((resolve, reject) => {
    get(origin, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${label} answered ${response.statusCode}`))
      response.resume().once('end', resolve).once('error', reject)
    }).once('error', reject)
  })
}
