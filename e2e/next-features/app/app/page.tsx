import Image from 'next/image'
import Link from 'next/link'

export default function Page() {
  return (
    <main>
      <h1>Everybody</h1>
      <Image src="/photo.png" alt="" width={16} height={16} />
      <Link href="/photos">Photos</Link>
    </main>
  )
}
