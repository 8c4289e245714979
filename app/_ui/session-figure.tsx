/**
 * The product in one picture: access tokens end one after the other, the session above them does not.
 * The third click falls into a gap; that is where the gateway renews.
 */
export function SessionFigure() {
  return (
    <figure className="border-t border-line py-10">
      <svg
        viewBox="0 0 960 190"
        role="img"
        aria-labelledby="figure-title"
        className="hidden h-auto w-full fill-muted text-[15px] sm:block"
      >
        <title id="figure-title">
          One session runs on without a break. Below it three access tokens end one after another; a click
          after the end of a token begins the next one.
        </title>
        <text x="0" y="30">
          session
        </text>
        <path d="M130 25H944" className="stroke-accent" strokeWidth="3" />
        <path d="m937 18 8 7-8 7" className="fill-none stroke-accent" strokeWidth="3" />
        <text x="0" y="90">
          access token
        </text>
        <Token from={130} to={370} />
        <Token from={450} to={690} />
        <Token from={740} to={958} open />
        <text x="0" y="150">
          your clicks
        </text>
        <Click x={130} label="sign in" />
        <Click x={245} label="click" />
        <Click x={450} label="click: renewed" renews />
        <Click x={575} label="click" />
        <Click x={740} label="click: renewed" renews />
        <Click x={870} label="click" />
      </svg>
      <NarrowFigure />
      <figcaption className="mt-6 text-muted">
        Tokens end. The session does not: the first click after an end begins the next token.
      </figcaption>
    </figure>
  )
}

/** The same on its side, time running down: legible on a phone. */
function NarrowFigure() {
  return (
    <svg
      viewBox="0 0 320 300"
      role="img"
      aria-labelledby="figure-title-narrow"
      className="block h-auto w-full max-w-sm fill-muted text-[15px] sm:hidden"
    >
      <title id="figure-title-narrow">
        One session runs on without a break. Beside it access tokens end one after another; a click after the
        end of a token begins the next one.
      </title>
      <text x="0" y="14">
        session
      </text>
      <text x="90" y="14">
        access token
      </text>
      <path d="M26 30V290" className="stroke-accent" strokeWidth="3" />
      <path d="m19 283 7 8 7-8" className="fill-none stroke-accent" strokeWidth="3" />
      <g className="fill-surface stroke-edge">
        <rect x="118" y="30" width="24" height="90" rx="3" />
        <rect x="118" y="160" width="24" height="80" rx="3" />
        <rect x="118" y="270" width="24" height="40" rx="3" />
      </g>
      <g className="fill-ink">
        <circle cx="130" cy="30" r="5" />
        <circle cx="130" cy="80" r="5" />
        <circle cx="130" cy="160" r="7" className="fill-accent" />
        <circle cx="130" cy="205" r="5" />
        <circle cx="130" cy="270" r="7" className="fill-accent" />
      </g>
      <text x="160" y="35">
        sign in
      </text>
      <text x="160" y="85">
        click
      </text>
      <text x="160" y="165" className="fill-accent font-medium">
        click: renewed
      </text>
      <text x="160" y="210">
        click
      </text>
      <text x="160" y="275" className="fill-accent font-medium">
        click: renewed
      </text>
    </svg>
  )
}

function Token({ from, to, open = false }: { from: number; to: number; open?: boolean }) {
  return (
    <>
      <rect x={from} y={70} width={to - from} height={30} rx={3} className="fill-surface stroke-edge" />
      {!open && (
        <text x={to - 10} y={90} textAnchor="end" className="text-[13px]">
          ends
        </text>
      )}
    </>
  )
}

function Click({ x, label, renews = false }: { x: number; label: string; renews?: boolean }) {
  return (
    <g className={renews ? 'fill-accent font-medium' : 'fill-ink'}>
      {renews && <path d={`M${x} 66V138`} className="stroke-accent" strokeDasharray="2 4" />}
      <circle cx={x} cy={145} r={renews ? 7 : 5} />
      <text x={x} y={178} textAnchor={x === 130 ? 'start' : 'middle'}>
        {label}
      </text>
    </g>
  )
}
