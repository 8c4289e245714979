import type { RequestHandler } from '@sveltejs/kit'
import { redirect } from '@sveltejs/kit'

export const GET: RequestHandler = () => redirect(302, 'http://localhost/elsewhere', { external: true })
