import type { RequestHandler } from '@sveltejs/kit'

export const POST: RequestHandler = async ({ locals, request }) => {
  const result = await locals.visit.signIn(await request.json())
  return result.ok ? Response.json(result.session) : Response.json(result.error, { status: 401 })
}
