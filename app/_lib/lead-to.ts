import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { below } from './base-path'

/**
 * Ends a server action on a page of the app. The router puts the page below the base path for an action that a script has
 * called. Next does not do so for a form that was posted without JavaScript.
 */
export async function leadTo(path: string): Promise<never> {
  redirect((await headers()).has('next-action') ? path : below(path))
}
