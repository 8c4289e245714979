import { notFound } from 'next/navigation'
import { hasLocale } from 'next-intl'
import { routing } from '../../i18n/routing'

export default async function Layout({ children, params }) {
  const { locale } = await params
  if (!hasLocale(routing.locales, locale)) notFound()
  return (
    <html lang={locale}>
      <body>{children}</body>
    </html>
  )
}
