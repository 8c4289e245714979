import type { RequestHandler } from '@sveltejs/kit'

export const POST: RequestHandler = async ({ request }) => new Response(await request.text())
