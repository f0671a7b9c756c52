// The configurations that are explored: a few threads, each doing one thing
// that dispatch has to keep apart from the others.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_PROGRAMS_PROGRAMS_H_
#define KNOTESTAT_CHECK_PROGRAMS_PROGRAMS_H_

#include "check/programs/machine.h"
#include "check/programs/roles.h"

namespace knotestat::check {

// A program under one strategy.
struct ProgramEntry {
  std::string_view name;
  std::string_view summary;
  void (*run)(Engine&);
};

namespace programs {

template <class S>
void Event(Engine& engine) {
  Machine<S> machine(engine);
  Reader<S> reader{machine, machine.OpenAndWatch(machine.first, "knote A")};
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

template <class S>
void EventTwice(Engine& engine) {
  Machine<S> machine(engine);
  Reader<S> reader{machine, machine.OpenAndWatch(machine.first, "knote A")};
  reader.times = 2;
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

template <class S>
void Events(Engine& engine) {
  Machine<S> machine(engine);
  Reader<S> reader{machine, machine.OpenAndWatch(machine.first, "knote A")};
  Reader<S> other{machine, machine.OpenAndWatch(machine.first, "knote B")};
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("reader 2", other);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// The first of two readers comes long after the writer, as far as it is after
// it: what a mechanism only does after a while (such as to set a bias again)
// must order the writer before the second reader too.
template <class S>
void EventsLater(Engine& engine) {
  Machine<S> machine(engine);
  Reader<S> reader{machine, machine.OpenAndWatch(machine.first, "knote A")};
  Reader<S> other{machine, machine.OpenAndWatch(machine.first, "knote B")};
  auto late = [&] {
    CheckEnv::Yield();
    for (int reading = 0; reading < 100; ++reading) CheckEnv::Now();
    reader();
  };
  Detacher<S> detacher{machine};
  engine.Spawn("late reader", late);
  engine.Spawn("reader 2", other);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// Two threads in the same knote's f_event, as two kqueues' scans can be.
template <class S>
void SameKnote(Engine& engine) {
  Machine<S> machine(engine, {.takes_lock = true});
  Knote& kn = machine.OpenAndWatch(machine.first, "knote A");
  Reader<S> reader{machine, kn};
  Reader<S> other{machine, kn};
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("reader 2", other);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// A thread that comes, reads and goes, whose record the next one takes over.
template <class S>
void Join(Engine& engine) {
  Machine<S> machine(engine);
  Knote& a = machine.OpenAndWatch(machine.first, "knote A");
  Knote& b = machine.OpenAndWatch(machine.first, "knote B");
  const auto come_and_go = [&](Knote& kn) {
    typename Machine<S>::Lwp lwp(machine.first.proc);
    const knote::lwp_onproc<S> onproc(lwp);
    filter_event(machine.k, lwp, kn, 0);
  };
  auto first = [&] { come_and_go(a); };
  auto second = [&] { come_and_go(b); };
  Detacher<S> detacher{machine};
  engine.Spawn("newcomer", first);
  engine.Spawn("newcomer 2", second);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// The traversal hazard.
template <class S, bool kLingers = false>
void Close(Engine& engine) {
  Machine<S> machine(engine, {.lingers = kLingers});
  Knote& kn = machine.OpenAndWatch(machine.first, "knote A");
  machine.OpenAndWatch(machine.second, "knote B");
  Closer<S> closer{machine, machine.first, machine.DescriptorOf(kn)};
  Detacher<S> detacher{machine};
  engine.Spawn("closer", closer);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// Two processes, since fd_lock lets one thread at a time detach in each.
template <class S>
void Closes(Engine& engine) {
  Machine<S> machine(engine, {.lingers = true});
  Knote& kn = machine.OpenAndWatch(machine.first, "knote A");
  Knote& other = machine.OpenAndWatch(machine.second, "knote B");
  Closer<S> closer{machine, machine.first, machine.DescriptorOf(kn)};
  Closer<S> closer2{machine, machine.second, machine.DescriptorOf(other)};
  Detacher<S> detacher{machine};
  engine.Spawn("closer", closer);
  engine.Spawn("closer 2", closer2);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

template <class S>
void EventClose(Engine& engine) {
  Machine<S> machine(engine);
  Reader<S> reader{machine, machine.OpenAndWatch(machine.second, "knote A")};
  Knote& kn = machine.OpenAndWatch(machine.first, "knote B");
  Closer<S> closer{machine, machine.first, machine.DescriptorOf(kn)};
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("closer", closer);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// 2 readers x 1 detach x 1 close.
template <class S>
void EventsClose(Engine& engine) {
  Machine<S> machine(engine);
  Reader<S> reader{machine, machine.OpenAndWatch(machine.second, "knote A")};
  Reader<S> other{machine, machine.OpenAndWatch(machine.second, "knote B")};
  Knote& kn = machine.OpenAndWatch(machine.first, "knote C");
  Closer<S> closer{machine, machine.first, machine.DescriptorOf(kn)};
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("reader 2", other);
  engine.Spawn("closer", closer);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// KNOTE() under the object lock.
template <class S>
void Submit(Engine& engine) {
  Machine<S> machine(engine);
  machine.OpenAndWatch(machine.first, "knote A");
  typename Machine<S>::Lwp lwp(machine.first.proc);
  auto submitter = [&] { machine.Submit(lwp); };
  Detacher<S> detacher{machine};
  engine.Spawn("submitter", submitter);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// kevent(EV_ADD): f_attach, then f_event in a section.
template <class S>
void Register(Engine& engine) {
  Machine<S> machine(engine);
  const int fd = machine.Open(machine.first, machine.unit);
  typename Machine<S>::Lwp lwp(machine.first.proc);
  auto registrant = [&] {
    machine.Change(lwp, machine.first, fd, knote::EV_ADD);
  };
  Detacher<S> detacher{machine};
  engine.Spawn("registrant", registrant);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// A knote's first sections, at the same time.
template <class S>
void RegisterSubmit(Engine& engine) {
  Machine<S> machine(engine);
  const int fd = machine.Open(machine.first, machine.unit);
  typename Machine<S>::Lwp registering(machine.first.proc);
  typename Machine<S>::Lwp submitting(machine.first.proc);
  auto registrant = [&] {
    machine.Change(registering, machine.first, fd, knote::EV_ADD);
  };
  auto submitter = [&] { machine.Submit(submitting); };
  Detacher<S> detacher{machine};
  engine.Spawn("registrant", registrant);
  engine.Spawn("submitter", submitter);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// A scan of a kqueue with an event on it.
template <class S>
void Scan(Engine& engine) {
  Machine<S> machine(engine, {.active = true});
  machine.OpenAndWatch(machine.first, "knote A");
  typename Machine<S>::Lwp lwp(machine.first.proc);
  auto scanner = [&] {
    knote::kevent event;
    knote::kevent1<S>(lwp, machine.first.kqueue, {}, {&event, 1}, 0);
  };
  Detacher<S> detacher{machine};
  engine.Spawn("scanner", scanner);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// A scan that sleeps until an event comes.
template <class S>
void Wake(Engine& engine) {
  Machine<S> machine(engine);
  machine.OpenAndWatch(machine.first, "knote A");
  typename Machine<S>::Lwp scanning(machine.first.proc);
  typename Machine<S>::Lwp submitting(machine.first.proc);
  machine.unit.softc->sc_active = true;
  auto scanner = [&] {
    knote::kevent event;
    knote::kevent1<S>(scanning, machine.first.kqueue, {}, {&event, 1});
  };
  auto submitter = [&] { machine.Submit(submitting); };
  engine.Spawn("scanner", scanner);
  engine.Spawn("submitter", submitter);
  engine.Run();
}

// f_touch, from both sides: a user event is triggered while a scan sleeps.
template <class S>
void Touch(Engine& engine) {
  Machine<S> machine(engine);
  const int kqueue = machine.first.kqueue;
  typename Machine<S>::Lwp scanning(machine.first.proc);
  typename Machine<S>::Lwp touching(machine.first.proc);
  knote::kevent change{
      .ident = 1, .filter = knote::EVFILT_USER, .flags = knote::EV_ADD};
  knote::kevent1<S>(scanning, kqueue, {&change, 1}, {}, 0);
  auto scanner = [&] {
    knote::kevent event;
    knote::kevent1<S>(scanning, kqueue, {}, {&event, 1});
  };
  auto toucher = [&] {
    change.fflags = knote::NOTE_TRIGGER;
    knote::kevent1<S>(touching, kqueue, {&change, 1}, {}, 0);
  };
  engine.Spawn("scanner", scanner);
  engine.Spawn("toucher", toucher);
  engine.Run();
}

// A kqueue is closed under a scan that sleeps in it.
template <class S>
void KqueueClose(Engine& engine) {
  Machine<S> machine(engine);
  machine.OpenAndWatch(machine.first, "knote A");
  const int kqueue = machine.first.kqueue;
  typename Machine<S>::Lwp lwp(machine.first.proc);
  auto scanner = [&] {
    knote::kevent event;
    knote::kevent1<S>(lwp, kqueue, {}, {&event, 1});
  };
  Closer<S> closer{machine, machine.first, kqueue};
  engine.Spawn("scanner", scanner);
  engine.Spawn("closer", closer);
  engine.Run();
}

// EV_DELETE and close() want the same knote, while its driver goes.
template <class S>
void DeleteClose(Engine& engine) {
  Machine<S> machine(engine);
  Knote& kn = machine.OpenAndWatch(machine.first, "knote A");
  const int fd = machine.DescriptorOf(kn);
  typename Machine<S>::Lwp lwp(machine.first.proc);
  auto deleter = [&] {
    machine.Change(lwp, machine.first, fd, knote::EV_DELETE);
  };
  Closer<S> closer{machine, machine.first, fd};
  Detacher<S> detacher{machine};
  engine.Spawn("deleter", deleter);
  engine.Spawn("closer", closer);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// The first section must have ended for a writer that only sees the second.
template <class S>
void EventOther(Engine& engine) {
  Machine<S> machine(engine);
  SecondDevice<S> second(machine);
  ReaderInTurn<S> reader(machine, second);
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// That while both devices go: of two writers that wait, one goes on when the
// first section ends, and the other when the second does.
template <class S>
void EventDetaches(Engine& engine) {
  Machine<S> machine(engine);
  SecondDevice<S> second(machine);
  ReaderInTurn<S> reader(machine, second);
  Detacher<S> detacher{machine};
  auto second_detacher = [&] { DetachDevice(machine.k, second.unit); };
  engine.Spawn("reader", reader);
  engine.Spawn("detacher", detacher);
  engine.Spawn("detacher 2", second_detacher);
  engine.Run();
}

// Two devices go at once, with a reader in each.
template <class S>
void Detaches(Engine& engine) {
  Machine<S> machine(engine);
  SecondDevice<S> second(machine);
  Reader<S> reader{machine, machine.OpenAndWatch(machine.first, "knote A")};
  Reader<S> other{machine,
                  machine.OpenAndWatch(machine.first, "knote B", second.unit)};
  Detacher<S> detacher{machine};
  auto second_detacher = [&] { DetachDevice(machine.k, second.unit); };
  engine.Spawn("reader", reader);
  engine.Spawn("reader 2", other);
  engine.Spawn("detacher", detacher);
  engine.Spawn("detacher 2", second_detacher);
  engine.Run();
}

// Sections inside sections, where the strategy allows that. The outer one is
// used after the inner ones have ended.
template <class S>
void Nested(Engine& engine) {
  Machine<S> machine(engine);
  Knote& kn = machine.OpenAndWatch(machine.first, "knote A");
  typename Machine<S>::Lwp lwp(machine.first.proc);
  auto& strategy = machine.k.filterops_sync;
  auto& state = Machine<S>::Kernel::knote_impl::Of(kn).ki_sync;
  auto reader = [&] {
    const knote::lwp_onproc<S> onproc(lwp);
    const typename S::Section outer(strategy, lwp.l_sync, kn, state);
    const auto* fop = kn.kn_fop.load(std::memory_order_acquire);
    {
      const typename S::Section inner(strategy, lwp.l_sync, kn, state);
      filter_event(machine.k, lwp, kn, 0);
    }
    fop->f_event(&kn, 0);
  };
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// The innermost section is the only one that uses the driver.
template <class S>
void Deep(Engine& engine) {
  Machine<S> machine(engine);
  SecondDevice<S> second(machine);
  Knote& a = machine.OpenAndWatch(machine.first, "knote A");
  Knote& b = machine.OpenAndWatch(machine.first, "knote B", second.unit);
  typename Machine<S>::Lwp lwp(machine.first.proc);
  auto& strategy = machine.k.filterops_sync;
  auto& state = Machine<S>::Kernel::knote_impl::Of(b).ki_sync;
  auto reader = [&] {
    const knote::lwp_onproc<S> onproc(lwp);
    const typename S::Section outer(strategy, lwp.l_sync, b, state);
    const typename S::Section inner(strategy, lwp.l_sync, b, state);
    filter_event(machine.k, lwp, a, 0);
  };
  Detacher<S> detacher{machine};
  engine.Spawn("reader", reader);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// A system call and a call of the dispatch in one lwp_onproc: the first one's
// end is not the thread's return to user mode.
template <class S>
void Loop(Engine& engine) {
  Machine<S> machine(engine, {.active = true});
  Knote& kn = machine.OpenAndWatch(machine.first, "knote A");
  typename Machine<S>::Lwp lwp(machine.first.proc);
  auto loop = [&] {
    const knote::lwp_onproc<S> onproc(lwp);
    machine.Change(lwp, machine.first, machine.DescriptorOf(kn),
                   knote::EV_ENABLE);
    filter_event(machine.k, lwp, kn, 0);
    mi_userret(machine.k, lwp);
  };
  Detacher<S> detacher{machine};
  engine.Spawn("loop", loop);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// A scan sleeps until a second device has an event, which comes after the first
// one is gone: klist_fini() must not wait for it.
template <class S>
void Idle(Engine& engine) {
  Machine<S> machine(engine);
  SecondDevice<S> second(machine);
  machine.OpenAndWatch(machine.first, "knote A");
  machine.OpenAndWatch(machine.first, "knote B", second.unit);
  second.unit.softc->sc_active = true;
  typename Machine<S>::Lwp scanning(machine.first.proc);
  typename Machine<S>::Lwp detaching(machine.first.proc);
  auto scanner = [&] {
    knote::kevent event;
    knote::kevent1<S>(scanning, machine.first.kqueue, {}, {&event, 1});
  };
  auto detacher = [&] {
    DetachDevice(machine.k, machine.unit);
    machine.Submit(detaching, second.unit);
  };
  engine.Spawn("scanner", scanner);
  engine.Spawn("detacher", detacher);
  engine.Run();
}

// Two threads at work each detach a device, between two calls of the dispatch.
template <class S>
void WorkingDetaches(Engine& engine) {
  Machine<S> machine(engine);
  SecondDevice<S> second(machine);
  Knote& a = machine.OpenAndWatch(machine.first, "knote A");
  Knote& b = machine.OpenAndWatch(machine.first, "knote B", second.unit);
  auto detacher = [&] {
    typename Machine<S>::Lwp lwp(machine.first.proc);
    const knote::lwp_onproc<S> onproc(lwp);
    DetachDevice(machine.k, machine.unit);
    filter_event(machine.k, lwp, b, 0);
  };
  auto detacher2 = [&] {
    typename Machine<S>::Lwp lwp(machine.first.proc);
    const knote::lwp_onproc<S> onproc(lwp);
    filter_event(machine.k, lwp, a, 0);
    mi_userret(machine.k, lwp);
    DetachDevice(machine.k, second.unit);
  };
  engine.Spawn("detacher", detacher);
  engine.Spawn("detacher 2", detacher2);
  engine.Run();
}

// After the machine is gone, so is all that it allocated.
template <void (*kProgram)(Engine&)>
void WithoutLeaks(Engine& engine) {
  kProgram(engine);
  for (const HeapObject& object : engine.heap().objects()) {
    if (!object.freed) {
      engine.Report(
          FindingKind::kLeak,
          (object.name.empty() ? std::to_string(object.bytes) + " bytes"
                               : std::string(object.name)) +
              " never freed");
    }
  }
}

}  // namespace programs

// All programs that strategy S is made for.
template <class S>
std::vector<ProgramEntry> ProgramsOf() {
  using namespace programs;
  std::vector<ProgramEntry> all = {
      {"event", "filter_event x klist_fini", WithoutLeaks<Event<S>>},
      {"event-twice", "2 filter_event in turn x klist_fini",
       WithoutLeaks<EventTwice<S>>},
      {"events", "2 x filter_event x klist_fini", WithoutLeaks<Events<S>>},
      {"events-later", "filter_event after a while x filter_event x klist_fini",
       WithoutLeaks<EventsLater<S>>},
      {"same-knote", "2 x filter_event of one knote x klist_fini",
       WithoutLeaks<SameKnote<S>>},
      {"join", "2 x (thread comes, filter_event, goes) x klist_fini",
       WithoutLeaks<Join<S>>},
      {"close", "close x klist_fini", WithoutLeaks<Close<S>>},
      {"close-linger", "close, f_detach going on after unlinking, x klist_fini",
       WithoutLeaks<Close<S, true>>},
      {"closes", "2 x close, f_detach going on, x klist_fini",
       WithoutLeaks<Closes<S>>},
      {"event-close", "filter_event x close x klist_fini",
       WithoutLeaks<EventClose<S>>},
      {"events-close", "2 x filter_event x close x klist_fini",
       WithoutLeaks<EventsClose<S>>},
      {"submit", "KNOTE x klist_fini", WithoutLeaks<Submit<S>>},
      {"register", "kevent(EV_ADD) x klist_fini", WithoutLeaks<Register<S>>},
      {"register-submit", "kevent(EV_ADD) x KNOTE x klist_fini",
       WithoutLeaks<RegisterSubmit<S>>},
      {"scan", "kqueue_scan x klist_fini", WithoutLeaks<Scan<S>>},
      {"wake", "sleeping kqueue_scan x KNOTE", WithoutLeaks<Wake<S>>},
      {"touch", "sleeping kqueue_scan x kevent(NOTE_TRIGGER)",
       WithoutLeaks<Touch<S>>},
      {"kqueue-close", "sleeping kqueue_scan x close of the kqueue",
       WithoutLeaks<KqueueClose<S>>},
      {"delete-close", "kevent(EV_DELETE) x close x klist_fini",
       WithoutLeaks<DeleteClose<S>>},
      {"event-other", "filter_event of 2 klists in turn x klist_fini",
       WithoutLeaks<EventOther<S>>},
      {"event-detaches", "filter_event of 2 klists in turn x 2 klist_fini",
       WithoutLeaks<EventDetaches<S>>},
      {"detaches", "2 x filter_event x 2 klist_fini",
       WithoutLeaks<Detaches<S>>},
  };
  if (knote::AnnouncesQuiescence<S>) {
    all.push_back({"loop", "kevent and filter_event in turn x klist_fini",
                   WithoutLeaks<Loop<S>>});
    all.push_back({"idle", "sleeping kqueue_scan x klist_fini, then KNOTE",
                   WithoutLeaks<Idle<S>>});
    all.push_back({"working-detaches", "2 threads at work, klist_fini in each",
                   WithoutLeaks<WorkingDetaches<S>>});
  }
  if (S::kInfo.reader_may_recurse) {
    all.push_back({"nested", "nested filter_event x klist_fini",
                   WithoutLeaks<Nested<S>>});
    all.push_back({"deep", "filter_event, 3 sections deep, x klist_fini",
                   WithoutLeaks<Deep<S>>});
  }
  return all;
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_PROGRAMS_PROGRAMS_H_
