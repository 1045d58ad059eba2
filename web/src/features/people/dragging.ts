/** What is being dragged in the organisation: a person from the list, or a department of the tree, onto a department. */
import type { DragEvent } from "react";

import type { Department, Person } from "../../api";

export type Dragged = { person: Person } | { department: Department };

// While something hangs over a target the browser doesn't tell what it is, only that there is something.
let dragged: Dragged | null = null;

/** Handlers of an element by which `what` is dragged. */
export function dragBy(what: Dragged) {
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      dragged = what;
      event.dataTransfer.effectAllowed = "move";
      // Firefox drags nothing without data.
      event.dataTransfer.setData("text/plain", "person" in what ? what.person.name : what.department.name);
    },
    onDragEnd: () => {
      dragged = null;
    },
  };
}

export function draggedNow(): Dragged | null {
  return dragged;
}
