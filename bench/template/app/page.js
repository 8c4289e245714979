import { headers } from 'next/headers'

/** Rendered for each request, because it reads the request. */
export default async function Page() {
  const agent = (await headers()).get('user-agent')
  return (
    <main>
      <h1>Hello</h1>
      <p>{agent}</p>
      <ul>
        {Array.from({ length: 20 }, (_, item) => (
          <li key={item}>Item {item}</li>
        ))}
      </ul>
    </main>
  )
}
