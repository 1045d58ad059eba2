/** The dialogs of the moves stand outside the pages, so that one opened from a row outlives the row. */
import { Suspense } from "react";
import { Outlet } from "react-router";

import { Dialogs } from "../features/moves/Dialogs";

export function Shell() {
  return (
    <Suspense fallback={null}>
      <Dialogs>
        <Outlet />
      </Dialogs>
    </Suspense>
  );
}
