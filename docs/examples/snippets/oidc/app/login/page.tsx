// app/login/page.tsx: a plain link, because the provider is another site. Its href: `/auth/signin?returnTo=…`
export default function Login() {
  return <a href="/auth/signin">Sign in</a>
}

// and wherever one signs out
export function SignOut() {
  return (
    <form action="/auth/signout" method="post">
      <button type="submit">Sign out</button>
    </form>
  )
}
