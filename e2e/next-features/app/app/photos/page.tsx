import Link from 'next/link'

export default function Page() {
  return <Link href="/photos/1">The first</Link>
}
