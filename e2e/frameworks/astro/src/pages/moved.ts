import type { APIRoute } from 'astro'

export const GET: APIRoute = ({ redirect }) => redirect('http://localhost/elsewhere', 302)
