import { defineRouting } from 'next-intl/routing'

export const routing = defineRouting({
  locales: ['en', 'de'],
  defaultLocale: 'en',
  // Read when the app starts, so that one build does for all modes.
  localePrefix: process.env.LOCALE_PREFIX ?? 'always',
})
