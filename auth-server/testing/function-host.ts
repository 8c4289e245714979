/** Does for `vercel.ts` what the platform does: takes its default export and listens. */
import { listen } from '../server/server.ts'
import handle from '../vercel.ts'

const { port } = await listen(handle, 0, '127.0.0.1')
console.log(`function: http://127.0.0.1:${port}`)
