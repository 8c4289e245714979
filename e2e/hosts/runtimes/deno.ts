import { createWebGateway } from 'evergate/web'
import { respond } from './respond.ts'
import { rules } from './rules.ts'

type Info = { readonly remoteAddr: { readonly hostname: string } }

const gateway = createWebGateway({ rules })

export default {
  fetch: (request: Request, { remoteAddr }: Info) =>
    gateway.handle(request, respond, { address: remoteAddr.hostname }),
}
