import { getSession } from 'evergate/next'
import { getTranslations } from 'next-intl/server'

export default async function Home() {
  const [session, t] = await Promise.all([getSession(), getTranslations()])
  return <h1>{session ? `${t('hello')}, ${session.user.name}` : t('nobody')}</h1>
}
