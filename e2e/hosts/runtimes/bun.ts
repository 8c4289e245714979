import { createWebGateway } from 'evergate/web'
import { respond } from './respond.ts'
import { rules } from './rules.ts'

type Server = { requestIP(request: Request): { readonly address: string } | null }

const gateway = createWebGateway({ rules })

export default {
  port: Number(process.env.PORT),
  hostname: 'localhost',
  fetch: (request: Request, server: Server) =>
    gateway.handle(request, respond, { address: server.requestIP(request)?.address }),
}
