import { requireSession } from 'evergate/next'
import { getTranslations } from 'next-intl/server'

export default async function Dashboard() {
  const [session, t] = await Promise.all([requireSession(), getTranslations()])
  return <h1>{`${t('hello')}, ${session.user.name}`}</h1>
}
