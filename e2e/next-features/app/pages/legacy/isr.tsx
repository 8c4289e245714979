import type { GetStaticProps } from 'next'

export const getStaticProps: GetStaticProps<{ at: number }> = async () => ({
  props: { at: Date.now() },
  revalidate: 60,
})

export default function Page({ at }: { at: number }) {
  return <p>made at {at}</p>
}
