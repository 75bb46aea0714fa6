var n <int>
clause 1
  /(> n<int> 3<int>)<int>/
  (printf "%d %s" n<int> "text")<void>
  (exit 2<int>)<void>
