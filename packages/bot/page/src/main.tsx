import { h, render } from "preact";
import type { ReportPageData } from "@gha2pulumi/migrate";
import { Report } from "./report.tsx";
import { entriesOf } from "./search.ts";
import { atFirst } from "./view.ts";
import "./style.css";

const data = JSON.parse(document.getElementById("data")?.textContent || "null") as ReportPageData | null;
const place = document.getElementById("report");
if (place !== null && data !== null) {
  const entries = entriesOf(data.audit);
  const narrow = matchMedia("(max-width: 720px)");
  let view = { ...atFirst, narrow: narrow.matches };
  const draw = (): void => {
    render(
      <Report
        {...data}
        entries={entries}
        view={view}
        change={(part) => {
          view = { ...view, ...part };
          draw();
        }}
      />,
      place,
    );
  };
  narrow.addEventListener("change", () => {
    view = { ...view, narrow: narrow.matches };
    draw();
  });
  place.replaceChildren();
  draw();
}
