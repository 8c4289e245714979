/** A page of the app, from its folder `app`. */
export type PageFile = { readonly path: string; readonly text: string }

/**
 * Files for an app without a sign-in page: one, its actions, and a page for those who are signed in. The session stands below
 * a `<Suspense>`: with `cacheComponents` all around it is prerendered, and holds nobody's data.
 */
export function firstPages(language: 'ts' | 'js', dashboard: 'there' | 'missing'): PageFile[] {
  const types = language === 'ts'
  const pages = [
    { path: `login/actions.${language}`, text: actions(types) },
    { path: `login/page.${language}x`, text: signInPage(types) },
  ]
  return dashboard === 'there' ? pages : [...pages, { path: `dashboard/page.${language}x`, text: DASHBOARD }]
}

/** The sign-in page of an app whose people sign in at an OpenID provider. */
export const openIdPages = (language: 'ts' | 'js'): PageFile[] => [
  { path: `login/page.${language}x`, text: openIdPage(language === 'ts') },
]

const openIdPage = (types: boolean) => `import { Suspense } from 'react'
${types ? '\ntype Props = { searchParams: Promise<{ returnTo?: string }> }\n' : ''}
export default function Login({ searchParams }${types ? ': Props' : ''}) {
  return (
    <Suspense>
      <Way searchParams={searchParams} />
    </Suspense>
  )
}

/** A plain link, because the provider is another site. */
async function Way({ searchParams }${types ? ': Props' : ''}) {
  const { returnTo = '/' } = await searchParams
  return <a href={\`/auth/signin?returnTo=\${encodeURIComponent(returnTo)}\`}>Sign in</a>
}
`

const actions = (types: boolean) => `'use server'

import { safeReturnTo, signIn, signOut } from 'evergate/next'
import { redirect } from 'next/navigation'

export async function enter(form${types ? ': FormData' : ''}) {
  const field = (name${types ? ': string' : ''}) => String(form.get(name) ?? '')
  const { ok } = await signIn({ email: field('email'), password: field('password') })
  const returnTo = safeReturnTo(field('returnTo'))
  redirect(ok ? returnTo : \`/login?failed=1&returnTo=\${encodeURIComponent(returnTo)}\`)
}

export async function leave() {
  await signOut()
  redirect('/login')
}
`

const signInPage = (types: boolean) => `import { Suspense } from 'react'
import { enter } from './actions'
${types ? '\ntype Props = { searchParams: Promise<{ returnTo?: string; failed?: string }> }\n' : ''}
export default function Login({ searchParams }${types ? ': Props' : ''}) {
  return (
    <form action={enter}>
      <Suspense>
        <Visit searchParams={searchParams} />
      </Suspense>
      <label>
        E-mail <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit">Sign in</button>
    </form>
  )
}

/** Where the person was going, and whether a try has failed. */
async function Visit({ searchParams }${types ? ': Props' : ''}) {
  const { returnTo = '/dashboard', failed } = await searchParams
  return (
    <>
      <input type="hidden" name="returnTo" value={returnTo} />
      {failed && <p role="alert">E-mail and password do not belong together.</p>}
    </>
  )
}
`

const DASHBOARD = `import { requireSession } from 'evergate/next'
import { Suspense } from 'react'
import { leave } from '../login/actions'

export default function Dashboard() {
  return (
    <main>
      <Suspense fallback={<p>One moment …</p>}>
        <Greeting />
      </Suspense>
      <form action={leave}>
        <button type="submit">Sign out</button>
      </form>
    </main>
  )
}

async function Greeting() {
  const { user } = await requireSession()
  return <h1>Hello {String(user.name ?? user.id)}</h1>
}
`
