import { createServerClient } from '@supabase/ssr'
import { type NextRequest, NextResponse } from 'next/server'

export async function middleware(request: NextRequest) {
  let response = NextResponse.next({ request })
  const supabase = createServerClient(
    process.env.SUPABASE_URL as string,
    process.env.SUPABASE_PUBLISHABLE_KEY as string,
    {
      cookies: {
        getAll: () => request.cookies.getAll(),
        setAll: (cookies) => {
          for (const { name, value } of cookies) request.cookies.set(name, value)
          response = NextResponse.next({ request })
          for (const { name, value, options } of cookies) response.cookies.set(name, value, options)
        },
      },
    },
  )
  const { data } = await supabase.auth.getClaims()
  return data?.claims ? response : NextResponse.redirect(new URL('/login', request.url))
}
