program BEGIN
fn BEGIN, 0 args
slot 0: 8
slot 1: 8
b0: entry
	v1 = mov 0
	v8 = call 8()
	p9 = slot 0
	st4 [p9], v8
	p10 = mapfd 1
	p11 = slot 0
	p12 = call 1(p10, p11)
	br.eq p12, 0 ? b2 : b4
b1: finish
	p59 = mapval 0
	v60 = ld8 [p59]
	br.ne v60, 0 ? b32 : b2
b2: leave
	ret
b3: fault (cold)
	jmp b1
b4: area
	p13 = mapval 0+512
	v14 = ld4 [p13]
	v15 = sx4 v14
	br.ne v15, 0 ? b8 : b9
b5: next clause
	jmp b1
b6: clause done
	jmp b5
b7: clause fault (cold)
	v5 = mov 0
	v6 = mov 1
	jmp b3
b8: then
	v16 = mov 0
	jmp b11
b9: else
	p35 = mapval 0+512
	v36 = ld4 [p35]
	v37 = sx4 v36
	br.eq v37, 2 ? b20 : b21
b10: endif
	jmp b5
b11: reserve
	v18 = ld8 [p12+64]
	v19 = ld8 [p12]
	v17 = mov v19
	v20 = add v17, 40
	v21 = mov v20
	v22 = sub v21, v18
	br.ugt v22, 1048576 ? b14 : b15
b12: reserve again (cold)
	v24 = add v16, 1
	v16 = mov v24
	br.ult v16, 4 ? b11 : b14
b13: record
	v26 = and v17, 1048575
	p27 = add p12, v26
	p28 = add p27, 4096
	v29 = mov 8589934632
	st8 [p28+8], v29
	br.eq v1, 0 ? b17 : b18
b14: ring full (cold)
	v25 = mov 1
	aadd8 [p12+128], v25
	jmp b5
b15: room
	v23 = cmpxchg8 [p12], v17, v21
	br.eq v23, v17 ? b13 : b12
b16: discard record (cold)
	st4 [p28+12], 0
	v33 = mov 6000276099170587461
	v34 = xor v17, v33
	st8 [p28], v34
	jmp b7
b17: read clock
	v30 = call 5()
	v1 = mov v30
	jmp b18
b18: have time
	st8 [p28+16], v1
	st8 [p28+24], 1
	st4 [p28+32], 1
	v31 = mov 6000276099170587461
	v32 = xor v17, v31
	st8 [p28], v32
	jmp b19
b19: committed
	jmp b10
b20: then
	v38 = mov 1
	p39 = mapval 0+512
	aadd4 [p39], v38
	jmp b22
b21: else
	v40 = mov 0
	jmp b23
b22: endif
	jmp b10
b23: reserve
	v42 = ld8 [p12+64]
	v43 = ld8 [p12]
	v41 = mov v43
	v44 = add v41, 40
	v45 = mov v44
	v46 = sub v45, v42
	br.ugt v46, 1048576 ? b26 : b27
b24: reserve again (cold)
	v48 = add v40, 1
	v40 = mov v48
	br.ult v40, 4 ? b23 : b26
b25: record
	v50 = and v41, 1048575
	p51 = add p12, v50
	p52 = add p51, 4096
	v53 = mov 12884901928
	st8 [p52+8], v53
	br.eq v1, 0 ? b29 : b30
b26: ring full (cold)
	v49 = mov 1
	aadd8 [p12+128], v49
	jmp b5
b27: room
	v47 = cmpxchg8 [p12], v41, v45
	br.eq v47, v41 ? b25 : b24
b28: discard record (cold)
	st4 [p52+12], 0
	v57 = mov 6000276099170587461
	v58 = xor v41, v57
	st8 [p52], v58
	jmp b7
b29: read clock
	v54 = call 5()
	v1 = mov v54
	jmp b30
b30: have time
	st8 [p52+16], v1
	st8 [p52+24], 1
	st8 [p52+32], 120
	v55 = mov 6000276099170587461
	v56 = xor v41, v55
	st8 [p52], v56
	jmp b31
b31: committed
	jmp b22
b32: asleep (cold)
	v61 = ld8 [p12]
	v62 = ld8 [p12+64]
	br.eq v61, v62 ? b2 : b34
b33: ring (cold)
	p66 = slot 1
	st8 [p66], 1
	p67 = mapfd 2
	p68 = slot 1
	v69 = call 130(p67, p68, 8, 2)
	br.eq v69, 0 ? b36 : b35
b34: unread (cold)
	p63 = mapval 0
	v64 = mov 0
	v65 = xchg8 [p63], v64
	br.ne v65, 0 ? b33 : b2
b35: bell failed (cold)
	p72 = mapval 0
	st8 [p72], 1
	v73 = mov 1
	p74 = mapval 0+72
	aadd8 [p74], v73
	ret
b36: rung (cold)
	v70 = mov 1
	p71 = mapval 0+64
	aadd8 [p71], v70
	ret
