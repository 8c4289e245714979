import type { RequestHandler } from '@sveltejs/kit'

export const POST: RequestHandler = async ({ locals }) => {
  await locals.visit.signOut()
  return new Response(null, { status: 204 })
}
