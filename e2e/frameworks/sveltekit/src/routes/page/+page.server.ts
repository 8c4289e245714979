import type { ServerLoad } from '@sveltejs/kit'

export const load: ServerLoad = ({ locals }) => ({ session: locals.visit.session })
