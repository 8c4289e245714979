import type { RequestHandler } from '@sveltejs/kit'
import { told } from '../../../../told.ts'

export const GET: RequestHandler = ({ locals, request }) =>
  Response.json(told(locals.visit, request.headers.get('cookie')))
