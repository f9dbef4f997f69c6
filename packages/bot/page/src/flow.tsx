import { h, type JSX } from "preact";
import { picture, type Node, type StackFlow, type Way } from "./flow-layout.ts";

/** What leads to a stack today and after the change, side by side. */
export function Flow({ stack, before, after, narrow }: StackFlow & { readonly narrow: boolean }): JSX.Element {
  // What stays as it is, is shown once.
  if (JSON.stringify(before) === JSON.stringify(after))
    return (
      <div class="flows">
        <Side title="Today, and after the change" ways={before} stack={stack} narrow={narrow} />
      </div>
    );
  return (
    <div class="flows">
      <Side title="Today" ways={before} stack={stack} narrow={narrow} />
      <Side title="After the change" ways={after} stack={stack} narrow={narrow} />
    </div>
  );
}

interface SideProps {
  readonly title: string;
  readonly ways: readonly Way[];
  readonly stack: string;
  readonly narrow: boolean;
}

function Side({ title, ways, stack, narrow }: SideProps): JSX.Element {
  if (ways.length === 0)
    return (
      <figure>
        <figcaption>{title}</figcaption>
        <p class="soft">Nothing starts it.</p>
      </figure>
    );
  const last = stack.split("/").at(-1) ?? stack;
  const { width, height, nodes, arrows } = picture(ways, last, narrow);
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`-1 -1 ${width + 2} ${height + 2}`}
        style={{ maxWidth: `${width + 2}px` }}
        role="img"
        aria-label={`${title}: ${ways.map((way) => described(way, stack)).join("; ")}`}
      >
        {arrows.map((path) => (
          <path key={path} class="arrow" d={path} />
        ))}
        {nodes.map((node, i) => (
          <Box key={i} {...node} />
        ))}
      </svg>
    </figure>
  );
}

function described({ spoken, gates, operation, by }: Way, stack: string): string {
  const waits = gates.length === 0 ? "" : `, after ${gates.join(" and ")}`;
  const where = by === "workflow" ? "in GitHub Actions" : "in Pulumi Deployments";
  return `on ${spoken || "nothing"}${waits}, ${operation} of ${stack} ${where}`;
}

/** The head of every arrow, once for the whole page. */
export function ArrowHead(): JSX.Element {
  return (
    <svg class="heads" aria-hidden="true">
      <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path class="arrow" d="M2 0l5 4-5 4" />
      </marker>
    </svg>
  );
}

// About how wide a sign is in each kind of text, in px: text in SVG does not break or cut itself.
const sign = 7;
const boldSign = 7.7;
const smallSign = 6.2;

function Box({ x, y, width, height, kind, lines }: Node): JSX.Element {
  return (
    <g class={`node ${kind}`}>
      <title>{lines.join("\n")}</title>
      <rect x={x} y={y} width={width} height={height} rx={6} />
      {lines.map((text, i) => {
        const small = i > 0 && kind !== "when" && kind !== "gate";
        const most = Math.floor((width - 16) / (small ? smallSign : kind === "stack" ? boldSign : sign));
        return (
          <text key={i} x={x + 9} y={y + 20 + i * 16} class={small ? "small" : ""}>
            {text.length > most ? `${text.slice(0, most - 1)}…` : text}
          </text>
        );
      })}
    </g>
  );
}
