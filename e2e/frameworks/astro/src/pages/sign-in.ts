import type { APIRoute } from 'astro'

export const POST: APIRoute = async ({ locals, request }) => {
  const result = await locals.visit.signIn(await request.json())
  return result.ok ? Response.json(result.session) : Response.json(result.error, { status: 401 })
}
