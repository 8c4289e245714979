import type { APIRoute } from 'astro'
import { told } from '../../../told.ts'

export const GET: APIRoute = ({ locals, request }) =>
  Response.json(told(locals.visit, request.headers.get('cookie')))
