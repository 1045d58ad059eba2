/** One pool's handbook: sections of sentences, examples set apart from the rules that they explain. */
import type { HandbookSection } from "../../api";
import { useServerWords, useWords } from "../../shared/i18n";
import { WORDS } from "./words";
import "./handbook.css";

function Sentence({ sentence }: { sentence: HandbookSection["sentences"][number] }) {
  const words = useServerWords();
  const kind = sentence.example ? "example" : sentence.kind === "who" ? "who" : undefined;
  return <li className={kind}>{words(sentence.words)}</li>;
}

/** A segment's section is numbered, as in the matrix. */
function Title({ section }: { section: HandbookSection }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const segment = /^segment_(\d+)$/.exec(section.name);
  return (
    <h3>
      {segment && <span className="no">{t("segment", { n: Number(segment[1]) + 1 })}</span>}
      {words(section.title)}
    </h3>
  );
}

export function Book({ sections }: { sections: HandbookSection[] }) {
  return (
    <>
      {sections.map((section) => (
        <section key={section.name} className={section.name.startsWith("segment_") ? "part segment" : "part"} data-testid={`part-${section.name}`}>
          <Title section={section} />
          <ul>
            {section.sentences.map((sentence, index) => (
              <Sentence key={`${sentence.kind}${index}`} sentence={sentence} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
