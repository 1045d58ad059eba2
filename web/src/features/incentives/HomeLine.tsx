/** One line on the home page: points of the season and one's place. */
import { TrophyOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { useWords } from "../../shared/i18n";
import { minePlaceQuery } from "./api";
import { WORDS } from "./words";

export function HomeLine() {
  const t = useWords(WORDS);
  const { data } = useQuery(minePlaceQuery);
  if (!data?.mine || data.season?.standing !== "running") return null;
  // While nobody has points, everybody shares the first place: that says nothing.
  const word = data.top === 0 ? "homeStart" : "home";
  return (
    <Link to="/incentives" className="soft num" style={{ lineHeight: "34px" }} data-testid="home-points">
      <TrophyOutlined /> {t(word, { season: data.season.name, points: data.mine.points, place: data.mine.place })}
    </Link>
  );
}
