import type { APIRoute } from 'astro'

export const POST: APIRoute = async ({ locals }) => {
  await locals.visit.signOut()
  return new Response(null, { status: 204 })
}
