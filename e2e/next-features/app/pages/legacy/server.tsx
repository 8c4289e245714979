import type { GetServerSideProps } from 'next'

/** As Next's documentation caches such pages. */
export const getServerSideProps: GetServerSideProps = async ({ res }) => {
  res.setHeader('Cache-Control', 'public, s-maxage=600, stale-while-revalidate=60')
  return { props: {} }
}

export default function Page() {
  return <h1>From the Pages Router</h1>
}
