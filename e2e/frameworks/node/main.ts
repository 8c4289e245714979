import { createServer } from 'node:http'
import { createNodeListener } from 'evergate/node'
import type { Visit } from 'evergate/web'
import { rules } from '../rules.ts'
import { told } from '../told.ts'

async function respond(visit: Visit): Promise<Response> {
  const { request, session } = visit
  const { pathname } = new URL(request.url)
  switch (`${request.method} ${pathname}`) {
    case 'GET /':
      return new Response(`Hello ${session?.user.name ?? 'stranger'}`)
    case 'GET /dashboard':
      return Response.json(told(visit, request.headers.get('cookie')))
    case 'POST /sign-in': {
      const result = await visit.signIn(await request.json())
      return result.ok ? Response.json(result.session) : Response.json(result.error, { status: 401 })
    }
    case 'POST /sign-out':
      await visit.signOut()
      return new Response(null, { status: 204 })
    case 'POST /notes':
      return new Response(await request.text())
    case 'GET /moved':
      return Response.redirect('http://localhost/elsewhere', 302)
    case 'GET /login':
    case 'GET /admin':
      return new Response(pathname)
  }
  return new Response('Not found', { status: 404 })
}

createServer(createNodeListener({ rules }, respond)).listen(Number(process.env.PORT))
