import { createWebGateway } from 'evergate/web'

const gateway = createWebGateway({ rules: [{ path: '/', require: 'public' }] })

export default {
  fetch: (request: Request) =>
    gateway.handle(request, ({ session }) => new Response(`Hello ${session?.user.id ?? 'stranger'}`)),
}
