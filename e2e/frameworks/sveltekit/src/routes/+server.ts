import type { RequestHandler } from '@sveltejs/kit'

export const GET: RequestHandler = ({ locals }) =>
  new Response(`Hello ${locals.visit.session?.user.name ?? 'stranger'}`)
