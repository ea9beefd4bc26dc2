//! Explore: breadth-first over all worlds, then backwards from those where somebody holds.

use crate::scene::{Scene, World};
use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    fmt,
};

/// What was found.
#[derive(Debug)]
pub(crate) struct Explored {
    /// How many different worlds there are.
    pub(crate) worlds: usize,
    /// How many steps lead between them.
    pub(crate) steps: usize,
    /// The property that some world breaks.
    pub(crate) broken: Option<&'static str>,
    /// Worlds from which no world is reachable in which a host holds the identity.
    pub(crate) stuck: usize,
    /// What some world shows: a model where nothing happens proves nothing.
    pub(crate) reached: BTreeSet<&'static str>,
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (worlds, steps, stuck) = (self.worlds, self.steps, self.stuck);
        write!(f, "{worlds} worlds, {steps} steps, {stuck} stuck; reached: {:?}", self.reached)
    }
}

pub(crate) fn explore(scene: &Scene) -> Explored {
    let mut ids: HashMap<World, usize> = HashMap::new();
    let mut worlds: Vec<World> = Vec::new();
    let mut back: Vec<Vec<usize>> = Vec::new();
    let mut queue = VecDeque::new();
    let mut explored =
        Explored { worlds: 0, steps: 0, broken: None, stuck: 0, reached: BTreeSet::new() };
    let first = scene.first();
    ids.insert(first.clone(), 0);
    worlds.push(first);
    back.push(Vec::new());
    queue.push_back(0);
    while let Some(at) = queue.pop_front() {
        let world = worlds[at].clone();
        if let Some(broken) = scene.broken(&world) {
            explored.broken = Some(broken);
            break; // an unsafe machine may have no finite world
        }
        explored.reached.extend(scene.shows(&world));
        for next in scene.next(&world) {
            explored.steps += 1;
            let id = *ids.entry(next.clone()).or_insert_with(|| {
                worlds.push(next);
                back.push(Vec::new());
                queue.push_back(worlds.len() - 1);
                worlds.len() - 1
            });
            back[id].push(at);
        }
    }
    explored.worlds = worlds.len();
    // Backwards: which worlds have a way to one where a living host holds an open lease?
    let mut saved: Vec<bool> = worlds.iter().map(|world| scene.is_held(world)).collect();
    let mut queue: VecDeque<usize> = (0..worlds.len()).filter(|id| saved[*id]).collect();
    while let Some(at) = queue.pop_front() {
        for before in &back[at] {
            if !std::mem::replace(&mut saved[*before], true) {
                queue.push_back(*before);
            }
        }
    }
    explored.stuck = saved.iter().filter(|saved| !**saved).count();
    explored
}
